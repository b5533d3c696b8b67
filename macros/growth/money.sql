{{!-- Whether what was bought is paid in parts. --}}
{{#macro "is_in_installments"}}
installments >= {{var "installments_from"}}
{{/macro}}
