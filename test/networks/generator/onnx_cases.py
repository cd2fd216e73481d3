def makers():
    return []
