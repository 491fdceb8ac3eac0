import { serve } from '@throughline/platform'
import { feedbackService } from '@throughline/service-feedback'

serve([feedbackService])
