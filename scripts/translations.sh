#!/usr/bin/env bash
# translations.sh update: extract the interface's texts and merge them into every language.
# translations.sh check: fail when a text in the code is missing from a catalogue, or is not translated.
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
extract() {
  .venv/bin/pybabel -q extract -F translations/babel.cfg -k lazy_gettext -k lazy_ngettext:1,2 -k _l -k N_ --no-location --sort-output \
    --omit-header --project Passerelle -o "$1" lms
}
case "${1:-}" in
  update)
    extract translations/messages.pot
    for po in translations/*/LC_MESSAGES/messages.po; do
      language="$(basename "$(dirname "$(dirname "$po")")")"
      .venv/bin/pybabel -q update -i translations/messages.pot -o "$po" -l "${language//-/_}" \
        --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date --no-wrap 2>/dev/null \
        || .venv/bin/pybabel update -i translations/messages.pot -o "$po" -l "${language//-/_}" --ignore-obsolete
    done ;;
  check) .venv/bin/python scripts/check_catalogues.py ;;
  *) fail "Say update or check." ;;
esac
