#!/bin/sh
# Makes an authority of the installation's own, and by it a certificate for each server:
#
#   make-certificates.sh <folder> <host name>[:<owner's uid>] …
#
#   <folder>/authority/ca.pem        whom clients trust; its key is thrown away, so it vouches for nobody else
#   <folder>/<host name>/cert.pem    what the server shows
#   <folder>/<host name>/key.pem     readable by its owner alone
#
# What has more than 30 days left stays. All are renewed together, so restart everything after a renewal.
set -eu
umask 077

folder=$1
shift
days=397
month=2592000

lasts() {
  for file in authority/ca.pem $(printf '%s/cert.pem ' "$@" | sed 's/:[0-9]*//g'); do
    openssl x509 -noout -checkend "$month" -in "$folder/$file" >/dev/null 2>&1 || return 1
  done
}
if lasts "$@"; then
  exit 0
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/authority.cnf" <<END
[req]
distinguished_name = name
x509_extensions = authority
prompt = no
[name]
CN = Tietovirta internal authority
[authority]
basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, keyCertSign
subjectKeyIdentifier = hash
END
openssl req -x509 -config "$work/authority.cnf" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
  -sha256 -days "$days" -keyout "$work/authority.key" -out "$work/ca.pem" 2>/dev/null

for server in "$@"; do
  host=${server%%:*}
  cat >"$work/server.cnf" <<END
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = serverAuth
subjectAltName = DNS:$host
END
  mkdir -p "$folder/$host"
  openssl req -config "$work/authority.cnf" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj "/CN=$host" -keyout "$work/key.pem" -out "$work/request.pem" 2>/dev/null
  openssl x509 -req -in "$work/request.pem" -CA "$work/ca.pem" -CAkey "$work/authority.key" -CAcreateserial \
    -sha256 -days "$days" -extfile "$work/server.cnf" -out "$work/cert.pem" 2>/dev/null
  chmod 644 "$work/cert.pem"
  mv "$work/key.pem" "$work/cert.pem" "$folder/$host/"
  chmod 755 "$folder/$host"
  case $server in *:*) chown "${server##*:}" "$folder/$host/key.pem" ;; esac
done

# Last: without it the next start makes all of them anew.
mkdir -p "$folder/authority"
chmod 644 "$work/ca.pem"
mv "$work/ca.pem" "$folder/authority/"
chmod 755 "$folder/authority"
