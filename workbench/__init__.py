"""What is made in a target for as long as it is needed: people, namespaces, zones, secrets, drills; without pytest."""
