@conformance
Feature: The control plane is whole and lets nobody in without a name
  Three controllers each carry a member of etcd and an API server; the API is reached at its VIP and at every
  controller. Scheduler and controller manager run on all, and one of each leads. Nobody is anonymous.

  When this fails, the owner's kubectl hangs or is refused, nothing is scheduled any more, or (worst, and
  without a symptom) a stranger reads the cluster's secrets.
  Not covered: encryption of etcd's data at rest, rotation of certificates, audit logs.

  @id:etcd-members-healthy
  Scenario: etcd has a member on every controller, all healthy, and one leader
    Then every controller has a healthy voting member of etcd
    And all members name the same leader

  @id:api-answers
  Scenario Outline: The API answers at <where>
    Then the API answers at <where>, from the operator's workstation

    Examples:
      | where            |
      | its VIP          |
      | every controller |

  @id:anonymous-request-refused
  Scenario Outline: <whom> shows <what> to nobody without a name
    When somebody without credentials asks <whom> for <what>
    Then each of them answers "401 Unauthorized"
    And with the owner's credentials <whom> shows <what>

    Examples:
      | whom                        | what                  |
      | the API at its VIP          | the cluster's secrets |
      | the API at every controller | the cluster's secrets |
      | the API at every controller | its own health        |
      | the kubelet of every node   | its pods              |

  @id:component-has-leader
  Scenario Outline: The <component> has a leader
    Then a controller of the inventory leads as the <component>

    Examples:
      | component               |
      | kube-scheduler          |
      | kube-controller-manager |

  @id:node-may-change-itself-only
  Scenario: A node may change itself and no other node
    When a worker's own identity tries to annotate every node
    Then its own node lets it
    And every other node refuses it with "403 Forbidden"

  @id:no-rights-no-secrets
  Scenario: An account without rights reads no secrets
    When an account without rights asks for the cluster's secrets
    Then it is refused with "403 Forbidden"
    And the owner may read them
