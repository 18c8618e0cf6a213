"""What each command puts on its page (`--html`): one module per command.

They are loaded only if a page is asked for.
"""
