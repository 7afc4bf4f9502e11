@disruptive @requires:power
Feature: The control plane survives the loss of any one controller
  The API VIP moves to a controller that lives, and etcd goes on with two members of three. Two losses are one
  too many: nothing is written any more, and whoever looks is told so instead of being shown old news.

  When this fails, one broken machine takes the API away, or worse: with one controller left the cluster
  still pretends to accept what it cannot keep.
  Not covered: a controller that is slow or cut off rather than dead; the loss of a disk.

  Background:
    Given every node of the inventory is Ready
    And a lease of the specification's own, to try writes on

  Rule: one controller may be lost

    @id:control-plane-node-lost
    Scenario Outline: Without the <nth> controller the API answers and accepts writes
      When the <nth> controller is powered off
      Then within 30 seconds the API answers at its VIP, from the operator's workstation
      And within 30 seconds a write through the VIP is accepted
      When the <nth> controller is powered on
      Then every node of the inventory is Ready again
      And every controller has a healthy voting member of etcd again

      @each:control-plane-node
      Examples:
        | nth   |
        | <nth> |

  Rule: two may not

    @id:quorum-lost
    Scenario: With two controllers off nothing is written, and quorum is said to be lost
      When the second and the third controller are powered off
      Then etcd is seen to have lost its quorum: 1 of 3 members, and no leader
      And no API server accepts a write
      When the second and the third controller are powered on
      Then within 90 seconds a write through the VIP is accepted
      And every node of the inventory is Ready again
      And every controller has a healthy voting member of etcd again

  Rule: a worker that is lost is seen to be lost

    @id:worker-lost
    Scenario Outline: The <nth> worker is reported NotReady when it is off, and returns
      When the <nth> worker is powered off
      Then within 90 seconds it is no longer Ready, and all other nodes are
      When the <nth> worker is powered on
      Then every node of the inventory is Ready again

      @each:worker
      Examples:
        | nth   |
        | <nth> |
