"""The services that the platform itself is built from."""
