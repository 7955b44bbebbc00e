// routes/blog.js
const express = require('express');
const router = express.Router();

router.get('/blog/:slug', async (req, res) => {
  const post = await getPost(req.params.slug);

  const ogParams = new URLSearchParams({
    title: post.title,
    subtitle: `By ${post.author} | ${post.date}`,
    theme: 'dark',
    pattern: 'dots',
    icon: 'pen-tool',
  });

  const ogImageUrl = `https://ogforge.dev/api/v1/og?${ogParams}`;

  res.render('blog-post', {
    post,
    ogImageUrl,
    pageTitle: post.title,
  });
});

module.exports = router;

// views/blog-post.ejs (head section)
// <meta property="og:image" content="<%= ogImageUrl %>">
// <meta name="twitter:image" content="<%= ogImageUrl %>">
