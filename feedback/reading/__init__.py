"""What a manager and an executive may read: figures under the rules of disclosure, in words, charts and tables."""
