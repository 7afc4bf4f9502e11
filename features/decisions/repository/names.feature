@decision
Feature: DNS: the VPS is a secondary, by AXFR and without NOTIFY
  Decision of the roadmap: PowerDNS in the cluster is the primary, the VPS transfers the zone from the DNS VIP and
  answers the public. Changes are found by the refresh interval of the SOA.

  When this fails, the public sees old names or none, while inside of the cluster all is well.
  Not covered: the VPS' own configuration; how fast a change becomes public.

  @id:decision-notify-off
  Scenario: NOTIFY is not configured
    Rationale: it would leave from the address of whatever node the pod runs on, and the secondary takes it only from
    the DNS VIP. It cannot be made to work, and a wrong also-notify stopped PowerDNS.
    When the repository is held against the rule notify-is-off
    Then nothing in it contradicts the decision

  @id:decision-axfr-requirements
  Scenario: What the zone transfer requires is there
    Rationale: transfers died of the tailnet's MTU, of Cilium's DNS proxy, and of a VIP that only answers where the
    pod is. So: TCP MTU probing, allowed by the kubelet, in a privileged namespace; no proxy; policy Cluster.
    When the repository is held against the rule axfr-requirements
    Then nothing in it contradicts the decision
