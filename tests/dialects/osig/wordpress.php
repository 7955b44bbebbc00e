<?php
/**
 * As much of WordPress as the snippet of OSIG's helper calls, doing what its documentation says.
 *
 * php wordpress.php SNIPPET < SCENE, a JSON object: what is shown, and the posts, pictures and settings of the site. Prints, as JSON, the
 * address of the card and what is printed into the head of the page.
 */

error_reporting( E_ALL );
set_error_handler(
	function ( $level, $words, $file, $line ) {
		throw new ErrorException( $words, 0, $level, $file, $line );
	}
);

$scene = json_decode( stream_get_contents( STDIN ), true );
$hooks = array();

class WP_Post {
	public $ID           = 0;
	public $post_title   = '';
	public $post_excerpt = '';
	public $post_content = '';
	public $password     = '';
	public $thumbnail    = '';
}

function post_of( $id ) {
	global $scene;
	if ( ! isset( $scene['posts'][ $id ] ) ) {
		return null;
	}
	$post     = new WP_Post();
	$post->ID = (int) $id;
	foreach ( $scene['posts'][ $id ] as $name => $value ) {
		$post->$name = $value;
	}
	return $post;
}

// Without a post, WordPress takes the one of the loop: on an archive, its first.
function get_post( $post = null ) {
	global $scene;
	if ( $post instanceof WP_Post ) {
		return $post;
	}
	return post_of( empty( $post ) ? $scene['loop'] : $post );
}

function is_singular() {
	global $scene;
	return 'post' === $scene['shown'];
}

function is_archive() {
	global $scene;
	return 'archive' === $scene['shown'];
}

function get_queried_object() {
	global $scene;
	return is_singular() ? post_of( $scene['loop'] ) : null;
}

function get_the_title( $post = 0 ) {
	return str_replace( array( '&', "'" ), array( '&#038;', '&#8217;' ), get_post( $post )->post_title );
}

function get_the_archive_title() {
	return 'Category: <span>Engineering &amp; Design</span>';
}

function get_bloginfo( $what ) {
	return array( 'name' => 'The Site', 'description' => 'Just another site' )[ $what ];
}

function has_excerpt( $post = 0 ) {
	return '' !== get_post( $post )->post_excerpt;
}

function get_the_excerpt( $post = null ) {
	return get_post( $post )->post_excerpt;
}

function post_password_required( $post = null ) {
	return '' !== get_post( $post )->password;
}

function strip_shortcodes( $text ) {
	return preg_replace( '/\[[^\]]*\]/', '', $text );
}

function wp_strip_all_tags( $text, $remove_breaks = false ) {
	$text = strip_tags( preg_replace( '@<(script|style)[^>]*?>.*?</\\1>@si', '', $text ) );
	return trim( $remove_breaks ? preg_replace( '/[\r\n\t ]+/', ' ', $text ) : $text );
}

function wp_trim_words( $text, $count = 55 ) {
	$words = preg_split( "/[\n\r\t ]+/", wp_strip_all_tags( $text ), $count + 1, PREG_SPLIT_NO_EMPTY );
	return count( $words ) > $count ? implode( ' ', array_slice( $words, 0, $count ) ) . '&hellip;' : implode( ' ', $words );
}

function get_the_post_thumbnail_url( $post = null, $size = 'post-thumbnail' ) {
	$address = get_post( $post )->thumbnail;
	return $address ? str_replace( 'SIZE', $size, $address ) : false;
}

function wp_get_attachment_image_url( $id, $size = 'thumbnail' ) {
	global $scene;
	return isset( $scene['pictures'][ $id ] ) ? str_replace( 'SIZE', $size, $scene['pictures'][ $id ] ) : false;
}

function get_theme_mod( $name ) {
	global $scene;
	return isset( $scene['theme'][ $name ] ) ? $scene['theme'][ $name ] : false;
}

function add_action( $hook, $what, $priority = 10 ) {
	global $hooks;
	$hooks[ $hook ][] = $what;
}

// It encodes nothing, takes out what is false, and the "=" before nothing.
function add_query_arg( $values, $address ) {
	list( $base, $query ) = array_pad( explode( '?', $address, 2 ), 2, '' );
	parse_str( $query, $all );
	$pairs = array();
	foreach ( array_merge( array_map( 'urlencode', $all ), $values ) as $name => $value ) {
		if ( false !== $value ) {
			$pairs[] = "$name=$value";
		}
	}
	return rtrim( $base . '?' . preg_replace( '#=(&|$)#', '$1', implode( '&', $pairs ) ), '?' );
}

function esc_url( $address ) {
	$address = preg_replace( '|[^a-z0-9-~+_.?#=!&;,/:%@$\|*\'()\[\]\\x80-\\xff]|i', '', ltrim( $address ) );
	$address = str_ireplace( array( '%0d', '%0a' ), '', $address );
	return str_replace( array( '&', "'" ), array( '&#038;', '&#039;' ), $address );
}

// Advanced Custom Fields, where the site has it.
if ( isset( $scene['fields'] ) ) {
	function get_field( $name, $post ) {
		global $scene;
		return isset( $scene['fields'][ $name ] ) ? $scene['fields'][ $name ] : null;
	}
}

if ( isset( $scene['secret'] ) ) {
	define( 'CARD_SIGNING_SECRET', $scene['secret'] );
}

ob_start();
require $argv[1];
require $argv[1];
$said = ob_get_clean();

ob_start();
foreach ( $hooks['wp_head'] as $hook ) {
	$hook();
}
$head = ob_get_clean();

echo json_encode( array( 'address' => build_osig_meta_tags( ...$scene['arguments'] ), 'head' => $head, 'said' => $said ) );
