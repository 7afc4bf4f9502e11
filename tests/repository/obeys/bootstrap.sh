#!/bin/bash
# Builds the cluster, layer by layer.
set -e
cd "$(dirname "$0")/terraform"

for layer in 00-persistent-auth 01-infrastructure; do
    (cd "$layer" && terraform init && terraform apply -auto-approve)
done
export KUBECONFIG="$PWD/01-infrastructure/kubeconfig"

timeout 600 bash -c 'until [ $(kubectl get nodes --no-headers | grep -c " Ready ") -eq 5 ]; do sleep 10; done'

(cd 02-services && terraform init && terraform apply -auto-approve)

timeout 300 bash -c 'until kubectl get deployment powerdns -n dns-system; do sleep 10; done'
kubectl wait --for=condition=available deployment/powerdns -n dns-system --timeout=600s
timeout 300 bash -c 'until curl -sf http://10.0.3.2/healthz; do sleep 5; done'
