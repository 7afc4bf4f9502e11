#!/bin/sh
# May this control plane hold the API's VIP? Only while its own API server is ready.
exec curl -sf --max-time 2 \
    --cacert /etc/kubernetes/pki/ca.crt \
    --cert /etc/kubernetes/pki/vip-check.crt --key /etc/kubernetes/pki/vip-check.key \
    -o /dev/null https://{{ host.address }}:6443/readyz
