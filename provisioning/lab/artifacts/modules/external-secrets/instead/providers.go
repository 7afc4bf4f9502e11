// Package register registers the providers of this build: Vault and Kubernetes, and the one for trying out.
//
// It takes the place of the product's own package, which links the client of every cloud.
package register

import (
	_ "github.com/external-secrets/external-secrets/pkg/provider/fake"
	_ "github.com/external-secrets/external-secrets/pkg/provider/kubernetes"
	_ "github.com/external-secrets/external-secrets/pkg/provider/vault"
)
