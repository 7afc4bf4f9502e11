terraform {
  required_providers {
    flux = {
      source  = "fluxcd/flux"
      version = "1.7.4"
    }
  }
}

data "terraform_remote_state" "infrastructure" {
  backend = "local"
  config = {
    path = "../01-infrastructure/terraform.tfstate"
  }
}

resource "flux_bootstrap_git" "cluster" {
  path = "k8s"
}
