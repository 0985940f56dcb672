# The templates of each variant of the props, through cfn-lint. For .ci/run, whose `step` and `logs` it uses.

cfn_lint_version=1.58.0

# lint_templates: cfn-lint, from PyPI into a virtual environment outside the checkout. Without Python this fails.
lint_templates() {
  local home="$logs/cfn-lint"
  step python3 -m venv "$home" || return
  step "$home/bin/pip" install --quiet --disable-pip-version-check "cfn-lint==$cfn_lint_version" || return
  step env CDK_OUTDIR="$home/cdk.out" node --import tsx test/infra/variants.ts || return
  # W3005: the CDK writes a DependsOn for each role that a GetAtt names already.
  step "$home/bin/cfn-lint" --ignore-checks W3005 -- "$home"/cdk.out/*.template.json
}
