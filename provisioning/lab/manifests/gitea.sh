# What Gitea is told by its own commands before it serves: the administrator, and whom people sign in by.
# It takes both secrets as arguments and in no other way, as the chart's `configure-gitea` knows too: they are seen
# inside of this container, and by nobody once it has ended.
umask 077
gitea() { /usr/bin/gitea --config /etc/gitea/app.ini "$@"; }

mkdir -p /data/secrets
for name in secret_key internal_token jwt_secret; do
  [ -s "/data/secrets/$name" ] && continue
  gitea generate secret "$(echo "$name" | tr a-z A-Z)" >"/data/secrets/$name.new"
  mv "/data/secrets/$name.new" "/data/secrets/$name"
done
gitea migrate

# A listing that fails must not be read as one that is empty.
administrators=$(gitea admin user list --admin)
if echo "$administrators" | awk -v name="$ADMIN_USERNAME" '$2 == name { found = 1 } END { exit !found }'; then
  gitea admin user change-password --must-change-password=false --username "$ADMIN_USERNAME" --password "$ADMIN_PASSWORD"
else
  gitea admin user create --admin --must-change-password=false --email "$ADMIN_USERNAME@{{ host }}" \
    --username "$ADMIN_USERNAME" --password "$ADMIN_PASSWORD"
fi

sources=$(gitea admin auth list --vertical-bars)
known=$(echo "$sources" | awk -F'|' '{ gsub(/[ \t]/, "", $2) } $2 == "{{ source }}" { print $1 + 0 }')
if [ -n "$known" ]; then
  set -- update-oauth --id "$known" "$@"
else
  set -- add-oauth "$@"
fi
set -- "$@" --name "{{ source }}" --provider openidConnect --key "$OAUTH_KEY" --secret "$OAUTH_SECRET" \
  --auto-discover-url "{{ issuer }}/.well-known/openid-configuration" \
{% for scope in scopes %}  --scopes "{{ scope }}"{% endfor %} \
  --group-claim-name groups --admin-group "{{ admin_group }}" --skip-local-2fa
# It asks the provider who it is, and takes no source that does not answer.
tries=0
until gitea admin auth "$@"; do
  tries=$((tries + 1))
  [ "$tries" -lt 30 ]
  sleep 2
done
