ui = true
cluster_name = "{{ service }}"
api_addr = "{{ address }}"
# Its address for the others (cluster_addr) and its name among them (node_id) are each replica's own: see its environment.
# As Vault's, a replica that does not lead passes on what it is asked, instead of answering by what it knows: for
# half a minute after a mount or a role is new, that may be nothing.
disable_standby_reads = true
storage "raft" {
  path = "/vault/file"
  # A new leader after 2 to 4 s of silence. The default, 5, makes the first one of all wait for 10 s.
  performance_multiplier = 2
  autopilot_reconcile_interval = "1s"
  autopilot_update_interval = "1s"
}
listener "tcp" {
  address = "0.0.0.0:8200"
  cluster_address = "0.0.0.0:8201"
  tls_cert_file = "/vault/tls/server.crt"
  tls_key_file = "/vault/tls/server.key"
  tls_client_ca_file = "/vault/tls/ca.crt"
}
# A replica that starts again unseals itself with the key that the cluster keeps as a Secret.
seal "static" {
  current_key_id = "{{ seal_key }}"
  current_key = "file:///vault/seal/unseal-key"
}
