"""Pods, services, load balancers, and the way from outside."""
