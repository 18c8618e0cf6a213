"""The reference pages of the documentation, written from the code that they describe.

| module | what it writes or knows |
|---|---|
| `__main__`, `pages` | the command; which file comes from where |
| `markdown` | texts as Markdown: cells, links to rules and issues, folded parts |
| `families` | which page a rule is on |
| `rule_facts` | all that the project knows of one rule |
| `rule_pages` | `docs/reference-rules*.md` |
| `theorem_page`, `verdicts` | `docs/reference-theorems.md`, and the verdicts it shows |
| `cli_page` | `docs/reference-cli.md`, from the parsers |
| `schema_page`, `schema_texts` | `docs/reference-schemas.md`, from the published schemas |
| `api_page` | `docs/reference-api.md`, from signatures and docstrings |
"""
