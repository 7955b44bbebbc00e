import fs from 'fs'

const params = new URLSearchParams({
  template: 'changelog-card',
  version: 'v2.1.0',
  date: '2026-03-10',
  change_items: 'Added dark mode\nFixed login bug\nUpdated docs',
  format: 'png',
})

const response = await fetch(
  `https://api.urlpix.com/v1/og?${params}`,
  { headers: { 'X-API-Key': process.env.URLPIX_API_KEY } }
)

const buffer = Buffer.from(await response.arrayBuffer())
fs.writeFileSync('changelog.png', buffer)
