-- The version that goes out to who asks about a topic: of that topic's own packet, if one of it goes out, else of the
-- general one; and whether it bears the demo clinic's name, which comes last.
CREATE OR REPLACE FUNCTION packet_going_out(asked_about text, OUT version bigint, OUT version_is_demo boolean)
LANGUAGE plpgsql AS $$
BEGIN
    SELECT one.id, coalesce((one.sources ->> 'demo')::boolean, one.approved_by_id IS NULL) AS is_demo
    INTO version, version_is_demo
    FROM enquiries_packet AS packet
    JOIN enquiries_packetversion AS one ON one.id = packet.sent_version_id
    LEFT JOIN articles_topic AS topic ON topic.id = packet.topic_id
    WHERE packet.slug = 'information-packet' OR topic.slug = asked_about
    ORDER BY is_demo, topic.id LIMIT 1;
END $$;
