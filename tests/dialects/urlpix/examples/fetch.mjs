const params = new URLSearchParams({
  template: 'blog-post',
  title: 'My Blog Post',
  author: 'Jane Doe',
  format: 'png',
})

const response = await fetch(
  `https://api.urlpix.com/v1/og?${params}`,
  { headers: { 'X-API-Key': 'sk_live_YOUR_KEY' } }
)

const blob = await response.blob()
