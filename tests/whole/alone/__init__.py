"""The portal without the app reviews: settings and addresses of a portal that only makes and measures."""
