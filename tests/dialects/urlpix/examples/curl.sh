# Default template
curl "https://api.urlpix.com/v1/og?template=default&title=Hello%20World&description=My%20awesome%20page" \
  -H "X-API-Key: sk_live_YOUR_KEY" \
  -o og.png

# Blog post with author
curl "https://api.urlpix.com/v1/og?template=blog-post&title=Getting%20Started%20with%20URLPix&author=John%20Doe&accent=%236366f1" \
  -H "X-API-Key: sk_live_YOUR_KEY" \
  -o blog-og.png

# Stats card
curl "https://api.urlpix.com/v1/og?template=stats-card&title=Dashboard&stat1_number=100K&stat1_label=Users&stat2_number=99.9%25&stat2_label=Uptime" \
  -H "X-API-Key: sk_live_YOUR_KEY" \
  -o stats.png
