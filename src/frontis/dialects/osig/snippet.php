<?php
/**
 * Social cards for WordPress, drawn by Frontis at OSIG's address.
 *
 * Put this into a file of its own in wp-content/mu-plugins, or without its first line into your theme's functions.php.
 * Where an SEO plugin prints og:image too, have it print build_osig_meta_tags() instead, and leave out the last function.
 */

if ( ! function_exists( 'build_osig_meta_tags' ) ) {
	/**
	 * The address of a card.
	 *
	 * @param WP_Post|int|null $post The post or page; null for whatever is being shown, an archive or the home page too.
	 * @param string           $key  An API key, if the card is to be drawn with one. Everybody can read it in the page.
	 * @return string Print it through esc_url().
	 */
	function build_osig_meta_tags( $post = null, $key = '@key@' ) {
		if ( null === $post && is_singular() ) {
			$post = get_queried_object();
		}
		$post  = $post ? get_post( $post ) : null;
		$plain = function ( $html ) {
			$text = html_entity_decode( wp_strip_all_tags( (string) $html, true ), ENT_QUOTES, 'UTF-8' );
			// No card shows more than 300 characters.
			return (string) preg_replace( '/^(.{300}).+/su', '$1', trim( $text ) );
		};

		$title = $post ? $plain( get_the_title( $post ) ) : '';
		if ( '' === $title && is_archive() ) {
			$title = $plain( get_the_archive_title() );
		}
		if ( '' === $title ) {
			$title = $plain( get_bloginfo( 'name' ) );
		}

		$subtitle = '';
		if ( ! $post ) {
			$subtitle = get_bloginfo( 'description' );
		} elseif ( ! post_password_required( $post ) ) {
			$subtitle = has_excerpt( $post )
				? get_the_excerpt( $post )
				: wp_trim_words( strip_shortcodes( $post->post_content ), 20 );
		}

		$image = $post ? get_the_post_thumbnail_url( $post, 'full' ) : '';
		if ( ! $image && $post && function_exists( 'get_field' ) ) {
			// A field of Advanced Custom Fields gives an address, the number of a picture, or all about it.
			$image = get_field( 'company_logo', $post->ID );
			if ( is_array( $image ) ) {
				$image = isset( $image['url'] ) ? $image['url'] : '';
			} elseif ( is_numeric( $image ) ) {
				$image = wp_get_attachment_image_url( (int) $image, 'full' );
			}
		}
		if ( ! $image && get_theme_mod( 'custom_logo' ) ) {
			$image = wp_get_attachment_image_url( (int) get_theme_mod( 'custom_logo' ), 'full' );
		}

		$query = array(
			'key'       => $key,
			'style'     => '@style@',
			'site'      => '@site@',
			'font'      => '@font@',
			'title'     => $title,
			'subtitle'  => $plain( $subtitle ),
			'eyebrow'   => '@eyebrow@',
			'image_url' => $image ? $image : '@fallback@',
			'format'    => '@format@',
			'quality'   => '@quality@',
			'max_kb'    => '@max_kb@',
			'v'         => '@version@',
		);
		if ( '' === $query['v'] ) {
			// Social networks fetch a card anew when its address changes: each month.
			$query['v'] = gmdate( 'Y-m' );
		}
		$query = array_filter( array_map( 'strval', $query ), 'strlen' );

		// Where the service refuses what is not signed: define( 'CARD_SIGNING_SECRET', '...' ) in wp-config.php.
		if ( defined( 'CARD_SIGNING_SECRET' ) && CARD_SIGNING_SECRET ) {
			// Good to the end of the next month, so that the address stays the same for a month.
			$query['exp'] = (string) gmmktime( 0, 0, 0, (int) gmdate( 'n' ) + 2, 1, (int) gmdate( 'Y' ) );
			ksort( $query, SORT_STRING );
			$payload      = str_replace( '%20', '+', http_build_query( $query, '', '&', PHP_QUERY_RFC3986 ) );
			$secret       = hash( 'sha256', 'core.og-url-signaturesigner' . CARD_SIGNING_SECRET, true );
			$digest       = hash_hmac( 'sha256', $payload, $secret, true );
			$query['sig'] = rtrim( strtr( base64_encode( $digest ), '+/', '-_' ), '=' );
		}

		// add_query_arg() encodes nothing by itself.
		return add_query_arg( array_map( 'rawurlencode', $query ), '@base@' );
	}

	/**
	 * Prints the tags of the card into the head of the page.
	 */
	function print_osig_meta_tags() {
		$image = esc_url( build_osig_meta_tags() );
		echo '<meta property="og:image" content="' . $image . '" />' . "\n";
		echo '<meta name="twitter:card" content="summary_large_image" />' . "\n";
		echo '<meta name="twitter:image" content="' . $image . '" />' . "\n";
	}

	if ( function_exists( 'add_action' ) ) {
		add_action( 'wp_head', 'print_osig_meta_tags', 5 );
	}
}
