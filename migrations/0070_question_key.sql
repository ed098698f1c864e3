-- What of a question decides the credit of a response, without its words: two versions with the same value judge every response alike.
-- Options have ids, so their order says nothing; everything else is compared as it is.
CREATE FUNCTION question_key(body jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN jsonb_build_object(
        'type', body -> 'type',
        'options', (SELECT jsonb_object_agg(option ->> 'id', jsonb_build_array(option -> 'correct', option -> 'weight'))
                    FROM jsonb_array_elements(coalesce(body -> 'options', '[]')) AS o (option)),
        'number', (body -> 'number') - 'unit' - 'check',
        'accepted', body -> 'accepted',
        'case_sensitive', coalesce(body -> 'case_sensitive', 'false'),
        'order', body -> 'order',
        'pairs', body -> 'pairs',
        'gaps', body -> 'gaps',
        'scoring', body -> 'scoring');
