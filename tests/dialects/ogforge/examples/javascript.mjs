function getOgImageUrl(title, subtitle, options = {}) {
  const params = new URLSearchParams({
    title,
    subtitle,
    theme: options.theme || 'dark',
    pattern: options.pattern || 'dots',
    ...(options.icon && { icon: options.icon }),
    ...(options.caption && { caption: options.caption }),
  });
  return `https://ogforge.dev/api/v1/og?${params.toString()}`;
}

const ogUrl = getOgImageUrl(
  'How to Build a REST API',
  'A Complete Guide for Beginners',
  { theme: 'cyberpunk', icon: 'rocket', pattern: 'circuit' }
);

console.log(ogUrl);
// https://ogforge.dev/api/v1/og?title=How+to+Build+a+REST+API&subtitle=...
