"""Self-contained HTML pages: what a command found, its runs as films.

| module | question it answers |
|---|---|
| `document` | what does a page consist of? |
| `markup` | how is text put into HTML so that nothing breaks out? |
| `rendering` | how does a page become one HTML file? |
| `assets/` | style and script, which every page carries within itself |
"""
