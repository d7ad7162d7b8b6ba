#!/usr/bin/env bash
# Everything that can be found without running the site. Runs every step, then fails if one failed.
set -uo pipefail
cd "$(dirname "$0")/.."
bin=.venv/bin
failed=()

step() { # step NAME COMMAND...
    local name=$1 began=$SECONDS
    shift
    if "$@"; then
        printf 'ok      %s (%s s)\n' "$name" $((SECONDS - began))
    else
        printf 'FAILED  %s\n' "$name"
        failed+=("$name")
    fi
}

# The production settings, with an environment as a deployment has it. Nothing is connected to.
production() {
    env DJANGO_SETTINGS_MODULE=worksite.settings.production \
        SECRET_KEY="$($bin/python -c 'import secrets; print(secrets.token_urlsafe(60))')" \
        ALLOWED_HOSTS=worksite.test SITE_URL=https://worksite.test \
        DATABASE_URL=postgres://worksite@localhost/worksite \
        EMAIL_URL=smtp+tls://worksite@localhost:587 DEFAULT_FROM_EMAIL=worksite@worksite.test \
        $bin/python manage.py "$@"
}

# Known flaws of the pinned packages. Needs the network, so it is left out, with a sentence, where there is none.
audit() {
    local said left_out
    if said=$(timeout 180 $bin/pip-audit --requirement requirements.txt --require-hashes --disable-pip \
        --progress-spinner off 2>&1); then
        left_out=$(grep -c 'could not be audited' <<<"$said")
        [ "$left_out" -eq 0 ] || echo "pip-audit left out $left_out packages: what is known of them cannot be reached from here."
    elif grep -qiE 'found [0-9]+ known vulnerabilit' <<<"$said"; then
        printf '%s\n' "$said"
        return 1
    else
        echo "pip-audit was left out: the list of known flaws cannot be reached from here."
    fi
}

step "ruff" $bin/ruff check --quiet .
step "ruff format" $bin/ruff format --quiet --check .
step "djlint" $bin/djlint --quiet --lint templates
step "compiled files" $bin/python scripts/static.py check
step "types" $bin/mypy
step "migrations" $bin/python manage.py makemigrations --check --dry-run --settings worksite.settings.test --verbosity 1
step "deployment" production check --deploy --fail-level WARNING
step "Dockerfile" $bin/hadolint Dockerfile
step "compose.yaml" $bin/check-jsonschema --quiet --builtin-schema vendor.compose-spec compose.yaml
step "known flaws" audit

if [ ${#failed[@]} -gt 0 ]; then
    echo "make check: failed in ${failed[*]}."
    exit 1
fi
echo "make check: nothing found."
