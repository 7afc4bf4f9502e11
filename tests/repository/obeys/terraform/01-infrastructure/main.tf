terraform {
  required_providers {
    talos = {
      source  = "siderolabs/talos"
      version = "0.9.0"
    }
    helm = {
      source  = "hashicorp/helm"
      version = "3.1.1"
    }
  }
}

provider "helm" {
  kubernetes = {
    config_path = "${path.module}/kubeconfig"
  }
}

module "nodes" {
  source           = "../modules/nodes"
  cluster_vip      = var.cluster_vip
  controller_count = var.controller_count
  worker_count     = var.worker_count
}

resource "terraform_data" "api_answers" {
  depends_on = [module.nodes]

  provisioner "local-exec" {
    environment = {
      API = "https://${module.nodes.first_controller}:6443"
    }
    command = "until kubectl --server=$API get nodes; do sleep 5; done"
  }
}

resource "helm_release" "cilium" {
  name       = "cilium"
  repository = "https://helm.cilium.io"
  chart      = "cilium"
  version    = "1.16.5"
  namespace  = "kube-system"
  wait       = true
  depends_on = [terraform_data.api_answers]
}
