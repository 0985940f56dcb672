# The suites that deploy, on endpoints of their own. For .ci/run, whose `step`, `suite`, `logs` and `failed` it uses.

ministack_version=1.5.33
localstack_kit=../shared/localstack-host
endpoints_run=()
stop_endpoint=

# free_port: a port of the loopback interface on which nothing listens.
free_port() {
  node -e "const server = require('net').createServer();
    server.listen(0, '127.0.0.1', () => { console.log(server.address().port); server.close(); });"
}

# on_endpoint NAME PORT [SCRIPT]: test:localstack against what listens there, then another suite. Then it is stopped.
on_endpoint() {
  endpoints_run+=("$1")
  suite env AWS_ENDPOINT_URL="http://127.0.0.1:$2" npm run test:localstack -- --forceExit
  [ -z "${3:-}" ] || suite env AWS_ENDPOINT_URL="http://127.0.0.1:$2" npm run "$3"
  stop_the_endpoint
}

stop_the_endpoint() {
  [ -z "$stop_endpoint" ] || $stop_endpoint
  stop_endpoint=
}

# MiniStack, from PyPI into a virtual environment outside the checkout. Without Python this fails.
on_ministack() {
  local home="$logs/ministack" port
  step python3 -m venv "$home" || return
  step "$home/bin/pip" install --quiet --disable-pip-version-check "ministack==$ministack_version" || return
  port=$(free_port)
  mkdir "$home/tmp"
  TMPDIR="$home/tmp" BIND_HOST=127.0.0.1 GATEWAY_PORT="$port" LAMBDA_EXECUTOR=local IOT_MTLS_ENABLED=0 \
    "$home/bin/ministack" >"$logs/ministack.log" 2>&1 &
  stop_endpoint="kill $!"
  on_endpoint "MiniStack $ministack_version" "$port" test:package
}

# LocalStack without a container engine, where the kit for that lies beside the checkout.
on_localstack() {
  local home="$logs/localstack" port
  if [ ! -d "$localstack_kit" ]; then
    echo "--- LocalStack: not run, for there is no $localstack_kit"
    return
  fi
  step "$localstack_kit/install.sh" "$home" || return
  port=$(free_port)
  stop_endpoint="$localstack_kit/stop.sh $home"
  step "$localstack_kit/start.sh" "$home" "$port" || return
  on_endpoint LocalStack "$port"
}
