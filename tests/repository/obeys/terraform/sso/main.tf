terraform {
  required_providers {
    authentik = {
      source  = "goauthentik/authentik"
      version = "2025.10.1"
    }
    random = {
      source  = "hashicorp/random"
      version = "3.7.2"
    }
    vault = {
      source  = "hashicorp/vault"
      version = "5.4.0"
    }
  }
}

provider "vault" {
  address      = "https://vault.vault.svc:8200"
  ca_cert_file = "/etc/ssl/cluster/ca.crt"
}

resource "random_password" "wiki" {
  length = 32
}

resource "vault_kv_secret_v2" "wiki" {
  mount = "kv"
  name  = "sso/wiki"
  data_json = jsonencode({
    client_id     = "wiki"
    client_secret = random_password.wiki.result
  })
}

resource "authentik_provider_oauth2" "wiki" {
  name          = "wiki"
  client_id     = "wiki"
  client_secret = random_password.wiki.result
}
