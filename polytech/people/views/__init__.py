"""The pages of this room: sign-in, one's own account, persons, acting, keys of other systems."""
