@bootstrap @requires:rebuild
Feature: One command brings the platform up from nothing
  The owner runs the bootstrap and does nothing else until the cluster serves. The layers converge in the
  roadmap's order, and each unit is done only when what it promises was seen to be so.

  When this fails, the timeline of the report ends at the unit that stopped the bootstrap, with what was last
  seen of it and where its log is; every scenario of the platform is then "not run".
  Not covered: how long downloads and compilation take when the cache is cold (reported, not promised).

  Background:
    Given the platform was bootstrapped from nothing

  @id:layers-complete-in-order
  Scenario: The layers are complete one after another
    Then these layers were complete in this order:
      | 00-persistent-auth |
      | 01-infrastructure  |
      | 02-services        |
      | 03-configuration   |

  @id:units-converge-without-help
  Scenario: Every unit of the plan converged without help
    Then every unit of the plan was ready at the first attempt
    And every node of the inventory is Ready

  @id:bootstrap-without-crash
  Scenario: Nothing crashed on the way
    Then no service of a node has died since
    And no container of a pod has been restarted since

  @id:bootstrap-within-time
  Scenario: The bootstrap takes no longer than promised
    Then the bootstrap took no longer than 7 minutes
