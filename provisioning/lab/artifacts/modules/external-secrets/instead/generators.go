// Package register registers the generators of this build, which are those that need no cloud.
//
// It takes the place of the product's own package.
package register

import (
	_ "github.com/external-secrets/external-secrets/pkg/generator/fake"
	_ "github.com/external-secrets/external-secrets/pkg/generator/password"
)
