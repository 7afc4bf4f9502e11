@planned
Feature: The services of the backlog answer from the public internet
  Each service of the roadmap's backlog has a host name of the owner's domain and is reached over HTTPS with a
  certificate that any browser trusts, through the VPS. It is recognised by what only it would say.

  Until it is built, its name does not resolve. When one fails later, its users see an error page or a warning.
  Not covered: signing in, what a service keeps, and how the services talk to each other.

  @id:planned-service
  Scenario Outline: <service> (<what for>) answers from the public internet
    Then from the public internet <service> answers over HTTPS as itself

    Examples: Medium priority, platform services
      | service            | what for                  |
      | Jellyfin           | media streaming           |
      | Radarr             | films                     |
      | Sonarr             | series                    |
      | Prowlarr           | indexers                  |
      | Bazarr             | subtitles                 |
      | Overseerr          | requests for media        |
      | qBittorrent        | torrents                  |
      | InvenTree          | inventory                 |
      | Syncthing          | file synchronisation      |
      | Bazel Remote Cache | distributed build cache   |

    Examples: Research and freezer
      | service       | what for               |
      | Guacamole     | remote desktops        |
      | Paperless-ngx | documents              |
      | ActivityWatch | how time is spent      |
