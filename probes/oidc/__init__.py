"""OpenID Connect as a person's browser and a relying party's server see it, without a browser."""
