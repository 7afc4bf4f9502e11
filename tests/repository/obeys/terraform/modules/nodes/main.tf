variable "cluster_vip" {
  type = string
}

variable "controller_count" {
  type = number
}

variable "worker_count" {
  type = number
}

locals {
  tailscale = "--advertise-routes=10.0.3.0/27 --advertise-tags=tag:router"
}

resource "talos_machine_secrets" "cluster" {}

resource "talos_machine_bootstrap" "first" {
  node                 = "10.0.1.1"
  client_configuration = talos_machine_secrets.cluster.client_configuration
}

# The image carries the address, so nothing may ask for a second one.
resource "talos_image_factory_schematic" "worker" {
  schematic = yamlencode({
    customization = {
      meta = [{
        key = 10
        value = yamlencode({
          addresses = [{ address = "10.0.2.1/16", linkName = "eth0" }]
        })
      }]
    }
  })
}

data "talos_machine_configuration" "worker" {
  cluster_name     = "small"
  cluster_endpoint = "https://${var.cluster_vip}:6443"
  machine_type     = "worker"
  machine_secrets  = talos_machine_secrets.cluster.machine_secrets
  config_patches = [
    yamlencode({
      machine = {
        kubelet = {
          extraArgs = {
            "allowed-unsafe-sysctls" = "net.ipv4.tcp_mtu_probing"
          }
        }
        network = {
          interfaces = [{
            interface = "eth0"
            dhcp      = false
          }]
        }
        registries = {
          mirrors = {
            "docker.io" = {
              endpoints    = ["https://registry.example.org/hub", "https://registry-1.docker.io"]
              skipFallback = true
            }
          }
        }
      }
      cluster = {
        apiServer = {
          extraArgs = {
            "bind-address" = "0.0.0.0"
          }
        }
      }
    })
  ]
}

resource "talos_machine_configuration_apply" "worker" {
  client_configuration        = talos_machine_secrets.cluster.client_configuration
  machine_configuration_input = data.talos_machine_configuration.worker.machine_configuration
  node                        = "10.0.2.1"
  config_patches              = []
}

output "first_controller" {
  value = "10.0.1.1"
}
