@decision
Feature: Layer separation: Talos brings CoreDNS, Terraform the CNI, Flux the applications
  Decision of the roadmap: the platform is built layer by layer (00-persistent-auth, 01-infrastructure,
  02-services, 03-configuration), and a layer uses only what the layers below it have built.

  When this fails, a bootstrap from nothing waits for something that only it would bring, and never ends; or GitOps
  takes away the ground on which it stands.
  Not covered: what a script does besides waiting; modules that are fetched from elsewhere.

  @id:decision-cni-by-terraform
  Scenario: Terraform manages the CNI, not Flux
    Rationale: workers need the CNI before they can pull any image, and GitOps that manages the network it runs on
    is a circular dependency. While Flux changed it, every worker stayed NotReady.
    When the repository is held against the rule cni-not-by-flux
    Then nothing in it contradicts the decision

  @id:decision-coredns-by-talos
  Scenario: Talos manages CoreDNS, not Flux
    Rationale: two masters of one object undo each other. Names inside of the cluster are served before Flux runs.
    When the repository is held against the rule coredns-not-by-flux
    Then nothing in it contradicts the decision

  @id:decision-layers-use-below
  Scenario: A layer uses only what the layers below it provide
    Rationale: a provider is configured before anything of its own layer exists. A provider of Vault in the layer that
    brings Vault cannot be reached at the first bootstrap.
    When the repository is held against the rule layers-use-what-is-below
    Then nothing in it contradicts the decision

  @id:decision-gates-wait-for-existing
  Scenario: A gate of the bootstrap waits for what the manifests bring
    Rationale: turnkey means that the command ends by itself. A gate for a name, a namespace or an address that nobody
    makes runs into its timeout on a platform that is well.
    When the repository is held against the rule gates-wait-for-what-exists
    Then nothing in it contradicts the decision

  @id:decision-gates-count-nodes
  Scenario: A gate of the bootstrap counts as many nodes as are made
    Rationale: five nodes were planned and six made; a gate that waits for another number never opens.
    When the repository is held against the rule gates-count-the-nodes
    Then nothing in it contradicts the decision

  @id:decision-gates-before-cni
  Scenario: Before there is a CNI, gates ask the first controller and not the VIP
    Rationale: workers and what depends on pods come after the CNI. Once the wait for the API used an address that
    needed the CNI, which waited for the API.
    When the repository is held against the rule cni-after-first-controller
    Then nothing in it contradicts the decision
