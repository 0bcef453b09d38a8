# A small national exchange on loopback, for the demo, the tests and the benchmark. Sourced, not run.
# exchange_prepare makes keys, certificates, registry and settings below $URA_STATE; exchange_start starts the processes and
# waits until each answers; exchange_stop ends them. Needs: URA (the program), SAMPLES (the sample institutions), URA_STATE.
#
#   127.0.0.1:8888   test authority            127.0.0.1:9101  Civil Registration Agency (SOAP)
#   127.0.0.1:8081   central server            127.0.0.1:9102  Ministry of Internal Affairs (REST)
#   127.0.0.1:8095   witness of both message logs
#   127.0.1.1        security server of the Government Authority for Migration (consumer)
#   127.0.1.2        security server of the Civil Registration Agency and the Ministry (providers)

CONSUMER_ADDRESS=127.0.1.1
PROVIDER_ADDRESS=127.0.1.2

# exchange_key NAME SUBJECT PROFILE: a key with its certificate from the test authority.
exchange_key() {
    local name=$1 subject=$2 profile=$3
    "$URA" key create --type "${KEY_TYPE:-p256}" --out "$name.key" --passphrase-file "$URA_STATE/passphrase" \
        --subject "$subject" --request "$name.csr"
    "$URA" test-authority issue --folder "$URA_STATE/authority" --profile "$profile" --request "$name.csr" --out "$name.pem"
}

# exchange_note_key USE NAME FILE: a key of checkpoints in FILE.key, and in FILE.pub what others verify with.
exchange_note_key() {
    "$URA" key create-note --use "$1" --name "$2" --out "$3.key" --passphrase-file "$URA_STATE/passphrase" > "$3.pub"
}

exchange_prepare() {
    umask 077
    mkdir -p "$URA_STATE"/{central,consumer,provider,witness,log,run}
    head -c 24 /dev/urandom | base64 > "$URA_STATE/passphrase"
    "$URA" test-authority create --folder "$URA_STATE/authority" --instance XK
    # At once: most of the time goes into what makes guessing the passphrase slow.
    local running=() process
    exchange_key "$URA_STATE/consumer/authentication" "C=FI,O=Government Authority for Migration,serialNumber=XK/SS1/GOV,CN=GAM" authentication & running+=($!)
    exchange_key "$URA_STATE/consumer/GAM" "C=FI,O=Government Authority for Migration,serialNumber=XK/SS1/GOV,CN=GAM" signing & running+=($!)
    exchange_key "$URA_STATE/provider/authentication" "C=FI,O=Civil Registration Agency,serialNumber=XK/SS2/GOV,CN=CRA" authentication & running+=($!)
    exchange_key "$URA_STATE/provider/CRA" "C=FI,O=Civil Registration Agency,serialNumber=XK/SS2/GOV,CN=CRA" signing & running+=($!)
    exchange_key "$URA_STATE/provider/MIA" "C=FI,O=Ministry of Internal Affairs,serialNumber=XK/SS2/GOV,CN=MIA" signing & running+=($!)
    "$URA" key create --type rsa-2048 --out "$URA_STATE/central/configuration.key" \
        --passphrase-file "$URA_STATE/passphrase" --subject "C=XK,O=Demo governing authority,CN=Configuration source" \
        --self-signed "$URA_STATE/central/configuration.pem" & running+=($!)
    exchange_note_key log XK/GOV/GAM/SS1 "$URA_STATE/consumer/log" & running+=($!)
    exchange_note_key log XK/GOV/CRA/SS2 "$URA_STATE/provider/log" & running+=($!)
    exchange_note_key witness witness.example/1 "$URA_STATE/witness/witness" & running+=($!)
    for process in "${running[@]}"; do wait "$process"; done
    exchange_settings
    "$URA" central-server anchor --settings "$URA_STATE/central/central-server.yaml" --out "$URA_STATE/anchor.xml"
}

exchange_settings() {
    cat > "$URA_STATE/central/central-server.yaml" <<YAML
passphraseFile: ../passphrase
listener: { address: 127.0.0.1, port: 8081 }
downloadURL: "http://127.0.0.1:8081/internalconf"
signing: { key: configuration.key, certificate: configuration.pem }
registry: registry.yaml
YAML
    cat > "$URA_STATE/central/registry.yaml" <<YAML
instance: XK
address: 127.0.0.1
memberClasses:
  - { code: GOV, description: Public institutions }
members:
  - { class: GOV, code: GAM, name: Government Authority for Migration, subsystems: [{ code: mmis }, { code: portal }] }
  - { class: GOV, code: CRA, name: Civil Registration Agency, subsystems: [{ code: civreg }] }
  - { class: GOV, code: MIA, name: Ministry of Internal Affairs, subsystems: [{ code: dcam }] }
securityServers:
  - owner: GOV/GAM
    code: SS1
    address: $CONSUMER_ADDRESS
    authenticationCertificates: [../consumer/authentication.pem]
    clients: [GOV/GAM/mmis, GOV/GAM/portal]
  - owner: GOV/CRA
    code: SS2
    address: $PROVIDER_ADDRESS
    authenticationCertificates: [../provider/authentication.pem]
    clients: [GOV/CRA/civreg, GOV/MIA/dcam]
certificationServices:
  - name: Test authority
    profile: ee.ria.xroad.common.certificateprofile.impl.FiVRKCertificateProfileInfoProvider
    certificate: ../authority/authority.pem
    responders:
      - { url: "http://127.0.0.1:8888/ocsp", certificate: ../authority/responder.pem }
timeStampingServices:
  - { name: Test time-stamping authority, url: "http://127.0.0.1:8888/tsa", certificate: ../authority/timestamp.pem }
managementService: { address: "https://127.0.0.1:4001/managementservice", provider: GOV/GAM }
YAML
    cat > "$URA_STATE/consumer/security-server.yaml" <<YAML
identifier: XK/GOV/GAM/SS1
stateFolder: state
passphraseFile: ../passphrase
configuration: { anchor: ../anchor.xml }
listeners:
  informationSystems: { address: $CONSUMER_ADDRESS, port: 8080 }
  peers: { address: $CONSUMER_ADDRESS }
  ocspRelay: { address: $CONSUMER_ADDRESS }
authentication: { key: authentication.key, certificate: authentication.pem }
timestamping: { intervalSeconds: ${TIMESTAMP_SECONDS:-60} }
archive: { folder: archive }
signing:
  - { member: XK/GOV/GAM, key: GAM.key, certificate: GAM.pem }
clients:
  - { identifier: XK/GOV/GAM/mmis, connection: http }
  - { identifier: XK/GOV/GAM/portal, connection: http }
checkpoints:
  key: log.key
  intervalSeconds: 2
  witnesses: [{ url: "http://127.0.0.1:8095", key: $(cat "$URA_STATE/witness/witness.pub") }]
YAML
    cat > "$URA_STATE/provider/security-server.yaml" <<YAML
identifier: XK/GOV/CRA/SS2
stateFolder: state
passphraseFile: ../passphrase
configuration: { anchor: ../anchor.xml }
listeners:
  informationSystems: { address: $PROVIDER_ADDRESS, port: 8080 }
  peers: { address: $PROVIDER_ADDRESS }
  ocspRelay: { address: $PROVIDER_ADDRESS }
authentication: { key: authentication.key, certificate: authentication.pem }
timestamping: { intervalSeconds: ${TIMESTAMP_SECONDS:-60} }
signing:
  - { member: XK/GOV/CRA, key: CRA.key, certificate: CRA.pem }
  - { member: XK/GOV/MIA, key: MIA.key, certificate: MIA.pem }
clients:
  - { identifier: XK/GOV/CRA/civreg, connection: http }
  - { identifier: XK/GOV/MIA/dcam, connection: http }
services:
  - identifier: XK/GOV/CRA/civreg/verifyPerson/v1
    kind: soap
    address: http://127.0.0.1:9101/
    consumers: [XK/GOV/GAM/mmis]
  - identifier: XK/GOV/MIA/dcam/residencePermits
    kind: rest
    address: http://127.0.0.1:9102
    consumers: [XK/GOV/GAM/mmis]
checkpoints:
  key: log.key
  intervalSeconds: 2
  witnesses: [{ url: "http://127.0.0.1:8095", key: $(cat "$URA_STATE/witness/witness.pub") }]
YAML
    cat > "$URA_STATE/witness/witness.yaml" <<YAML
name: witness.example/1
stateFolder: state
passphraseFile: ../passphrase
key: witness.key
listener: { address: 127.0.0.1, port: 8095 }
logs:
  - { origin: XK/GOV/GAM/SS1, keys: ["$(cat "$URA_STATE/consumer/log.pub")"] }
  - { origin: XK/GOV/CRA/SS2, keys: ["$(cat "$URA_STATE/provider/log.pub")"] }
YAML
}

# exchange_run NAME COMMAND…: starts a process: output in $URA_STATE/log/NAME.log, process id in $URA_STATE/run/NAME.
exchange_run() {
    local name=$1
    shift
    "$@" >> "$URA_STATE/log/$name.log" 2>&1 &
    echo $! > "$URA_STATE/run/$name"
}

# exchange_wait NAME URL: until the URL answers at all, at most 30 s.
exchange_wait() {
    local name=$1 url=$2 _
    for _ in $(seq 300); do
        if curl --silent --output /dev/null --max-time 2 "$url"; then return 0; fi
        sleep 0.05
    done
    echo "$name does not answer at $url; its log:" >&2
    tail -n 20 "$URA_STATE/log/$name.log" >&2
    return 1
}

exchange_start() {
    exchange_run authority "$URA" test-authority serve --folder "$URA_STATE/authority"
    exchange_run civil-registration-agency "$SAMPLES" civil-registration-agency --port 9101
    exchange_run ministry-of-internal-affairs "$SAMPLES" ministry-of-internal-affairs --port 9102
    exchange_run central-server "$URA" central-server serve --settings "$URA_STATE/central/central-server.yaml"
    exchange_wait authority http://127.0.0.1:8888/
    exchange_wait central-server http://127.0.0.1:8081/internalconf
    exchange_run witness "$URA" witness serve --settings "$URA_STATE/witness/witness.yaml"
    exchange_wait witness http://127.0.0.1:8095/
    exchange_run consumer "$URA" security-server --settings "$URA_STATE/consumer/security-server.yaml"
    exchange_run provider "$URA" security-server --settings "$URA_STATE/provider/security-server.yaml"
    exchange_wait consumer "http://$CONSUMER_ADDRESS:8080/"
    exchange_wait provider "http://$PROVIDER_ADDRESS:8080/"
    exchange_wait civil-registration-agency "http://127.0.0.1:9101/?wsdl"
    exchange_wait ministry-of-internal-affairs http://127.0.0.1:9102/
    # Something answered everywhere; if it was not ours, ours has ended, for want of its port.
    exchange_alive
}

# exchange_stop: ends every process and waits until it is gone, so that its ports are free again.
exchange_stop() {
    local file process _
    for file in "$URA_STATE"/run/*; do
        [ -f "$file" ] || continue
        process=$(cat "$file")
        kill "$process" 2>/dev/null || true
        for _ in $(seq 100); do
            kill -0 "$process" 2>/dev/null || break
            sleep 0.05
        done
        kill -9 "$process" 2>/dev/null || true
        rm -f "$file"
    done
}

# exchange_alive: whether every process still runs.
exchange_alive() {
    local file
    for file in "$URA_STATE"/run/*; do
        kill -0 "$(cat "$file")" 2>/dev/null || { echo "${file##*/} ended; see $URA_STATE/log/${file##*/}.log" >&2; return 1; }
    done
}
