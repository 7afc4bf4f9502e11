variable "cluster_vip" {
  type    = string
  default = "10.0.3.1"
}

variable "controller_count" {
  type    = number
  default = 3
}

variable "worker_count" {
  type    = number
  default = 2
}
