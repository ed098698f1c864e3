/* Questions of Moodle XML. Only for the files of this layer. */
#ifndef FORMATS_MOODLE_H
#define FORMATS_MOODLE_H

#include "formats/draft.h"
#include "formats/markdown.h"
#include "formats/xml_tree.h"

/* Fills the draft from a <question>, whose type is no category. */
void moodle_read(struct draft *draft, const struct xml_node *node);
/* The text in a node such as <questiontext format="html"><text>…, as Markdown. */
struct text moodle_text(struct draft *draft, const struct xml_node *node);
/* The embedded answers of a cloze's text, which become gaps. */
void moodle_read_cloze(struct draft *draft, const struct xml_node *node);

#endif
