terraform {
  required_providers {
    external = {
      source  = "hashicorp/external"
      version = "2.3.5"
    }
  }
}

# The key pair outlives the cluster; what is sealed with it is committed.
resource "terraform_data" "storage_secret" {
  provisioner "local-exec" {
    command = "kubeseal --format=yaml < secret.yaml > ../../k8s/storage/sealed.yaml"
  }
}
