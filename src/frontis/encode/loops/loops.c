/* What is done for each pixel of a card, in one pass each.
 *
 * A pixel is a number of 32 bits: red in its lowest byte, alpha in its highest, straight (not premultiplied). Where no
 * word is, a layer of words holds noughts. What calls this (loops.py) has looked after the lengths of all arrays.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GNUC__) && !defined(__clang__)
/* The machine that compiles is not always the one that draws: the loader takes the quicker of the two that it can. */
#define FOR_EACH_PROCESSOR __attribute__((target_clones("avx2", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

enum {
    BLOCK = 16,       /* pixels that are looked at together: most of a card has no words */
    MOST_COLORS = 256,
    SLOTS = 1024,     /* four times as many as colours, so that a search is short */
    SLOT_SHIFT = 22,  /* leaves the highest 10 bits, for 1024 slots */
};

static const uint32_t OPAQUE = 0xFF000000u;
static const uint32_t SCATTER = 2654435761u; /* the golden ratio of 2 ** 32: neighbouring colours fall far apart */

/* Porter and Duff's "over" on a pixel that lets nothing through. Red and blue are far enough apart for one number; the
 * division by 255 is rounded, and exact for all that may stand here. */
static inline uint32_t on_opaque(uint32_t above, uint32_t below)
{
    uint32_t share = above >> 24, rest = 255 - share;
    uint32_t red_blue = (above & 0xFF00FF) * share + (below & 0xFF00FF) * rest + 0x800080;
    uint32_t green = (above >> 8 & 0xFF) * share + (below >> 8 & 0xFF) * rest + 0x80;
    red_blue = (red_blue + (red_blue >> 8 & 0xFF00FF)) >> 8 & 0xFF00FF;
    green = (green + (green >> 8)) & 0xFF00;
    return OPAQUE | red_blue | green;
}

/* The same on any pixel: what is below counts by its alpha times what is let through. */
static inline uint32_t on_any(uint32_t above, uint32_t below)
{
    if (below >= OPAQUE)
        return on_opaque(above, below);
    uint32_t share = (above >> 24) * 255, rest = (below >> 24) * (255 - (above >> 24));
    uint32_t alpha = share + rest, mixed = (alpha + 127) / 255 << 24;
    if (alpha == 0)
        return 0;
    for (int shift = 0; shift < 24; shift += 8)
        mixed |= ((above >> shift & 0xFF) * share + (below >> shift & 0xFF) * rest + alpha / 2) / alpha << shift;
    return mixed;
}

static inline int is_blank(const uint32_t *words, size_t count)
{
    uint32_t any = 0;
    for (size_t i = 0; i < count; i++)
        any |= words[i];
    return any == 0;
}

/* Whether all bytes are nought. */
FOR_EACH_PROCESSOR
int frontis_are_nought(const uint8_t *bytes, size_t count)
{
    enum { PAGE = 4096 };
    for (size_t i = 0; i < count;) {
        uint8_t any = 0;
        for (size_t end = count - i < PAGE ? count : i + PAGE; i < end; i++)
            any |= bytes[i];
        if (any)
            return 0;
    }
    return 1;
}

/* The words over the backdrop, into `both`. */
FOR_EACH_PROCESSOR
void frontis_lay(const uint32_t *words, const uint32_t *backdrop, size_t count, uint32_t *both)
{
    memcpy(both, backdrop, count * sizeof *both);
    for (size_t i = 0; i < count;) {
        if (count - i >= BLOCK && is_blank(words + i, BLOCK)) {
            i += BLOCK;
            continue;
        }
        for (size_t end = count - i < BLOCK ? count : i + BLOCK; i < end; i++)
            if (words[i] >= OPAQUE)
                both[i] = words[i];
            else if (words[i])
                both[i] = on_any(words[i], backdrop[i]);
    }
}

/* A palette that finds a colour's place by its slot, or by one of the next slots. */
struct palette {
    uint32_t *colors;
    int count;
    uint32_t owners[SLOTS];
    int16_t places[SLOTS]; /* -1 where nobody is */
};

/* The place of the colour, which is put behind the others if it is new; -1 if there is no room. */
static int place_of(struct palette *palette, uint32_t color)
{
    uint32_t slot = color * SCATTER >> SLOT_SHIFT;
    while (palette->places[slot] >= 0 && palette->owners[slot] != color)
        slot = (slot + 1) % SLOTS;
    if (palette->places[slot] < 0) {
        if (palette->count == MOST_COLORS)
            return -1;
        palette->owners[slot] = palette->colors[palette->count] = color;
        palette->places[slot] = (int16_t)palette->count++;
    }
    return palette->places[slot];
}

/* The places of all pixels in a palette of their own, into `indices`.
 *
 * colors: room for 256, which are put there as they are met.
 * Returns how many there are, or 0 if they are more than 256; and in `runs`, how often a pixel is not as the one before.
 */
FOR_EACH_PROCESSOR
int frontis_index(const uint32_t *pixels, size_t count, uint32_t *colors, uint8_t *indices, size_t *runs)
{
    struct palette palette = {.colors = colors};
    memset(palette.places, -1, sizeof palette.places);
    uint32_t before = pixels[0];
    int place = place_of(&palette, before);
    *runs = 0;
    for (size_t i = 0; i < count;) {
        uint32_t differs = 0;
        if (count - i >= BLOCK) {
            for (int j = 0; j < BLOCK; j++)
                differs |= pixels[i + j] ^ before;
            if (!differs) {
                memset(indices + i, place, BLOCK);
                i += BLOCK;
                continue;
            }
        }
        for (size_t end = count - i < BLOCK ? count : i + BLOCK; i < end; i++) {
            if (pixels[i] != before) {
                before = pixels[i];
                place = place_of(&palette, before);
                if (place < 0)
                    return 0;
                ++*runs;
            }
            indices[i] = (uint8_t)place;
        }
    }
    return palette.count;
}

/* The same of words over a backdrop whose places are in `indices` already.
 *
 * colors: the first `known`, no two the same, are given; new ones are put behind as they are met.
 */
FOR_EACH_PROCESSOR
int frontis_index_words(const uint32_t *words, const uint32_t *backdrop, size_t count, uint32_t *colors, int known,
                        uint8_t *indices)
{
    struct palette palette = {.colors = colors};
    memset(palette.places, -1, sizeof palette.places);
    for (int i = 0; i < known; i++)
        place_of(&palette, colors[i]);

    uint32_t before = colors[0]; /* words come in runs */
    int place = 0;
    for (size_t i = 0; i < count;) {
        if (count - i >= BLOCK && is_blank(words + i, BLOCK)) {
            i += BLOCK;
            continue;
        }
        for (size_t end = count - i < BLOCK ? count : i + BLOCK; i < end; i++) {
            if (!words[i])
                continue;
            uint32_t color = words[i] >= OPAQUE ? words[i] : on_any(words[i], backdrop[i]);
            if (color != before) {
                place = place_of(&palette, color);
                if (place < 0)
                    return 0;
                before = color;
            }
            indices[i] = (uint8_t)place;
        }
    }
    return palette.count;
}

/* How many pairs of neighbours in a row, 0 and 1, 2 and 3 ..., hold an edge that is drawn by colour: see chroma.py.
 *
 * least: how far apart the colours of such an edge are.
 */
FOR_EACH_PROCESSOR
size_t frontis_smeared(const uint8_t *row, size_t pairs, int least)
{
    size_t count = 0;
    for (size_t i = 0; i < pairs; i++, row += 8) {
        /* ITU-R BT.601, as in JPEG, in sixteenths. */
        int luma = (5 * row[4] + 9 * row[5] + 2 * row[6] >> 4) - (5 * row[0] + 9 * row[1] + 2 * row[2] >> 4);
        int blue = row[6] - row[2] - luma, red = row[4] - row[0] - luma;
        int chroma = 9 * (blue < 0 ? -blue : blue) + 11 * (red < 0 ? -red : red) >> 4;
        count += chroma > least && 4 * chroma > 3 * (luma < 0 ? -luma : luma);
    }
    return count;
}

/* How many pixels of every so many rows, from the second one on, are as their left neighbour, and as the one above. */
FOR_EACH_PROCESSOR
void frontis_repeats(const uint32_t *pixels, size_t rows, size_t width, size_t every, size_t *across, size_t *down)
{
    *across = *down = 0;
    for (size_t y = 1; y < rows; y += every) {
        const uint32_t *row = pixels + y * width, *above = row - width;
        uint32_t left = 0, same = row[0] == above[0];
        for (size_t x = 1; x < width; x++) {
            left += row[x] == row[x - 1];
            same += row[x] == above[x];
        }
        *across += left;
        *down += same;
    }
}

/* The first channels of rows as the rows of a PNG: each behind its filter byte.
 *
 * up: whether each row but the first is given as what it is more than the one above (PNG, 9.2).
 * out: rows * (1 + width * channels) bytes, and room for three more.
 */
FOR_EACH_PROCESSOR
void frontis_pack(const uint32_t *pixels, size_t rows, size_t width, size_t channels, int up, uint8_t *out)
{
    static const uint32_t HIGH = 0x80808080u;
    for (size_t y = 0; y < rows; y++, pixels += width) {
        int is_less = up && y > 0;
        *out++ = is_less ? 2 : 0;
        /* Each pixel is written with all its four bytes, and the next one covers those that do not count. */
        for (size_t x = 0; x < width; x++, out += channels) {
            uint32_t value = pixels[x];
            if (is_less) {
                uint32_t above = *(pixels + x - width);
                value = ((value | HIGH) - (above & ~HIGH)) ^ ((value ^ ~above) & HIGH);
            }
            memcpy(out, &value, sizeof value);
        }
    }
}
