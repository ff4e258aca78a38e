"""OpenID Connect: people who are known to the site's own identity provider."""
