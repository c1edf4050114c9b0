_zoho_crm_mock() {
    local line="${COMP_LINE:0:COMP_POINT}" whole="$2" begun= i
    # words in quotation marks stay as bash has them
    if [[ "$line" != *[\'\"\\]* ]]; then
        local -a COMP_WORDS
        read -ra COMP_WORDS <<< "$line"
        [[ "$line" == *[[:space:]] ]] && COMP_WORDS+=("")
        local COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
        whole="${COMP_WORDS[COMP_CWORD]}"
        # bash completes what is behind these alone
        begun="${whole%"${whole##*[=:]}"}"
    fi
    _clap_complete_zoho_crm_mock "$1" "$whole" "$3"
    for i in "${!COMPREPLY[@]}"; do
        COMPREPLY[i]="${COMPREPLY[i]#"$begun"}"
        [[ "${COMPREPLY[i]}" == *[[:space:]]* ]] && printf -v "COMPREPLY[i]" %q "${COMPREPLY[i]}"
    done
}
if [[ "${BASH_VERSINFO[0]}" -gt 4 || "${BASH_VERSINFO[0]}" -eq 4 && "${BASH_VERSINFO[1]}" -ge 4 ]]; then
    complete -o nospace -o bashdefault -o nosort -F _zoho_crm_mock zoho-crm-mock
else
    complete -o nospace -o bashdefault -F _zoho_crm_mock zoho-crm-mock
fi
