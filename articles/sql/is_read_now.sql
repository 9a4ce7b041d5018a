-- What Article.objects.published() asks, of one row.
CREATE OR REPLACE FUNCTION is_read_now(article articles_article) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN article.state = 'published' AND article.published_at <= clock_timestamp()
        AND (article.withdraws_at IS NULL OR article.withdraws_at > clock_timestamp());
END $$;
