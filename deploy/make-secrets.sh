#!/bin/sh
# Makes the secrets of an installation that are random, each in a file of its own, and leaves the others empty:
#
#   deploy/make-secrets.sh [<folder>]      # deploy/secrets, beside this script, by default
#
# What is there already stays. The folder is its owner's alone; the files in it can be read by the containers, whose users
# are others, because they are mounted one by one. Keep copies of secret_keys and audit_signing_key in another place.
set -eu
umask 077

folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"

keep() {
  if [ ! -e "$folder/$1" ]; then
    cat >"$folder/$1.new"
    chmod 444 "$folder/$1.new"
    mv "$folder/$1.new" "$folder/$1"
  fi
}

openssl rand -hex 24 | keep postgres_password
printf 'k1:%s\n' "$(openssl rand -base64 32)" | keep secret_keys
openssl genpkey -algorithm ed25519 | keep audit_signing_key

# Empty: nothing is said. operator_token_sha256 is filled in for the first operator, and emptied again.
for name in audit_retired_keys operator_token_sha256 oidc_client_secret sms_token fivaldi_partner_secret \
  netvisor_partner_key log_token; do
  printf '' | keep "$name"
done
