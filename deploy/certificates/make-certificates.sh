#!/bin/sh
# Makes an authority of the installation's own, and by it a certificate for each server and each client:
#
#   make-certificates.sh <folder> <host name>[:<owner's uid>] … [-- <folder's name>:<owner's uid>:<user> …]
#
#   <folder>/authority/ca.pem        whom all trust; its key is thrown away, so it vouches for nobody else
#   <folder>/<name>/cert.pem         what the server shows, and its key, key.pem
#   <folder>/<name>/client-cert.pem  what the client shows where it is the user, and its key, client-key.pem
#
# A key is readable by its owner alone. No certificate is good for both: a server's opens nothing.
#
# What has more than 30 days left stays. All are renewed together, so restart everything after a renewal.
set -eu
umask 077

folder=$1
shift
days=397
month=2592000

files() {
  kind=
  for one in "$@"; do
    if [ "$one" = -- ]; then kind=client-; else printf '%s/%scert.pem ' "${one%%:*}" "$kind"; fi
  done
}
lasts() {
  for file in authority/ca.pem $(files "$@"); do
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

# <name> <kind> <whom it names> <what for> <owner's uid>
make() {
  cat >"$work/one.cnf" <<END
basicConstraints = critical, CA:FALSE
keyUsage = critical, digitalSignature
extendedKeyUsage = $4
subjectAltName = DNS:$1
END
  mkdir -p "$folder/$1"
  openssl req -config "$work/authority.cnf" -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -subj "/CN=$3" -keyout "$work/$2key.pem" -out "$work/request.pem" 2>/dev/null
  openssl x509 -req -in "$work/request.pem" -CA "$work/ca.pem" -CAkey "$work/authority.key" -CAcreateserial \
    -sha256 -days "$days" -extfile "$work/one.cnf" -out "$work/$2cert.pem" 2>/dev/null
  chmod 644 "$work/$2cert.pem"
  mv "$work/$2key.pem" "$work/$2cert.pem" "$folder/$1/"
  chmod 755 "$folder/$1"
  if [ -n "$5" ]; then chown "$5" "$folder/$1/$2key.pem"; fi
}

clients=
for one in "$@"; do
  name=${one%%:*}
  rest=${one#"$name"}
  rest=${rest#:}
  if [ "$one" = -- ]; then
    clients=yes
  elif [ -n "$clients" ]; then
    make "$name" client- "${rest#*:}" clientAuth "${rest%%:*}"
  else
    make "$name" '' "$name" serverAuth "$rest"
  fi
done

# Last: without it the next start makes all of them anew.
mkdir -p "$folder/authority"
chmod 644 "$work/ca.pem"
mv "$work/ca.pem" "$folder/authority/"
chmod 755 "$folder/authority"
