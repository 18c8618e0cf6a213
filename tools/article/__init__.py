"""The page about the article: its numbers beside what each version does, computed when built.

    python -m tools.make_article          writes docs/article.md and its pictures
    python -m tools.make_article --check  exit code 1 if one of them is out of date

| module | what it is |
|---|---|
| `study` | the article's node, run under every version |
| `claims` | every number of the article, and how it is computed here |
| `wording` | the numbers in a text, but for those that count nothing |
| `launches` | how long pods wait for addresses |
| `search` | the smallest scenario in which two versions differ |
| `plots` | the pictures; needs the extra `plots` |
| `page` | the page |
"""
