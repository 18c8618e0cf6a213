"""The policy of the article: its rules, its numbers, its page."""
